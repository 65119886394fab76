/** What is known of a flow's deliveries. */
export interface Deliveries {
  waiting: number;
  last: number;
}

/** How many deliveries came, and how many wait, in words. */
export function arrivals({ waiting, last }: Deliveries): string {
  if (last === 0) return 'Nothing was delivered yet. It takes POST with JSON, signed with the secret of the connection.';
  const came = last === 1 ? '1 delivery was received' : `${last} deliveries were received`;
  return waiting === 0 ? `${came}; none waits.` : `${came}; ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a run.`;
}
