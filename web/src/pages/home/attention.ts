import type { AttentionItem } from '../../api/schema';

/** Where a thing that needs somebody is mended, and what that is called. */
export function wayTo(item: Pick<AttentionItem, 'kind' | 'noun' | 'name' | 'run'>): { to: string; label: string } {
  const name = encodeURIComponent(item.name);
  switch (item.kind) {
    case 'connection.offline':
      return { to: `/connections/${name}/doctor`, label: 'Find out why' };
    case 'certificate.ends':
      return { to: `/connections/${name}`, label: 'Renew it' };
    case 'flow.failed':
      return { to: `/runs/${item.run ?? ''}`, label: 'See the run' };
    case 'errors.open':
      return { to: `/errors?flow=${name}`, label: 'Work on them' };
    case 'token.ends':
      return { to: '/tokens', label: 'Renew it' };
    case 'sunset':
      return { to: '/sunset', label: 'See what ends' };
    default:
      return item.noun === 'connection' ? { to: `/connections/${name}`, label: 'Open it' } : { to: `/flows/${name}`, label: 'Open the flow' };
  }
}

/** How many of a flow's open errors are new, in words. */
export function trendOf({ count = 0, recent = 0 }: Pick<AttentionItem, 'count' | 'recent'>): string {
  if (recent === 0) return 'none since yesterday';
  return recent === count ? 'all since yesterday' : `${new Intl.NumberFormat('en').format(recent)} since yesterday`;
}
