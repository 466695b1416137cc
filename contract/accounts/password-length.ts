/** How long a password is, wherever one is set: length over composition (NIST SP 800-63B, 3.1.1.2). */
export const passwordLength = { minimum: 10, maximum: 256 }
