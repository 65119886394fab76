/** Lets the browser store text as a file. */
export function download(name: string, text: string, type = 'text/plain'): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The click has only asked for the download; the address has to live until it began.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
