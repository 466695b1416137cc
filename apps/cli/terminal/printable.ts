/** The text without what would move a terminal's cursor or colours: others may have written it, such as what a DNS record says. */
export const printable = (text: string): string => text.replaceAll(/[\p{Control}\p{Format}]/gu, '\ufffd')
