/** Addresses that differ only in case are one address to Dropbox. */
export const emailKey = (email: string): string => email.toLowerCase();
