/** The keys of the page of errors, as its help tells them. */
export const keyHelp: [string[], string][] = [
  [['j', 'k'], 'Next error, error before'],
  [['Enter'], 'Open the error'],
  [['x'], 'Select the error; with Shift all up to it'],
  [['*'], 'Select all that match, or none'],
  [['r'], 'Retry'],
  [['e'], 'Resolve, or reopen what is resolved'],
  [['a'], 'Assign'],
  [['t'], 'Tag'],
  [['f'], 'Filter by message or record'],
  [['Esc'], 'Close, or select none'],
  [['?'], 'This help'],
];
