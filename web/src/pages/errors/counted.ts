const number = new Intl.NumberFormat('en');

/** "1 record", "1,234 records". */
export function counted(n: number, noun: string): string {
  return `${number.format(n)} ${n === 1 ? noun : `${noun}s`}`;
}
