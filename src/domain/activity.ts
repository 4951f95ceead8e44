/** When somebody was last active, and how we know. */

/** The type of the audit event, or the kind of device session. */
export type ActivitySource = `audit_log/${string}` | `device_session/${'web' | 'desktop' | 'mobile'}`;
