/**
 * The key of the recorded histories. It is public and protects nothing: nobody of flesh and blood is in them, and they
 * are kept encrypted only because that is the shape in which a worker finds them.
 */
export const RECORDING_KEY = `recorded:${Buffer.from('seatkeeper-test-histories-key-01').toString('base64')}`;
