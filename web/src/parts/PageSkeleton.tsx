import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** Stands where a page or a list is still loading. */
export function PageSkeleton({ rows = 4 }: { rows?: number }) {
  return (
    <Stack role="status" p="md">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton height={28} width={220} />
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={44} />
      ))}
    </Stack>
  );
}
