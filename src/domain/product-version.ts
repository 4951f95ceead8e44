/** As package.json has it, which a test sees to. */
export const PRODUCT_VERSION = '0.1.0';
