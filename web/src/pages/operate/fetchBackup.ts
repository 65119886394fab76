/**
 * Makes a backup that holds the keys and lets the browser store it; returns its name. The
 * passphrase goes in the body, since addresses end up in logs.
 */
export async function fetchWithKey(passphrase: string): Promise<string> {
  const response = await fetch('/api/v1/backup', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ passphrase }) });
  if (!response.ok) throw (await response.json()) as Error;
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'sluice.tar.gz';
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The click has only asked for the download; the address has to live until it began.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return name;
}
