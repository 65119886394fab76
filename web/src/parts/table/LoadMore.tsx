import { Center, Loader, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';

import { MoreButton } from '../MoreButton';

export interface MoreRows {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

const number = new Intl.NumberFormat('en');

/** Gets the next rows before the end of those that are there is seen. */
export function LoadMore({ shown, total, list }: { shown: number; total: number; list: MoreRows }) {
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const asks = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!asks || !end.current) return;
    const observer = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && void fetchNextPage(), { rootMargin: '1500px' });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [asks, fetchNextPage, shown]);
  if (!hasNextPage) return null;
  if (isFetchNextPageError) return <MoreButton list={list} />;
  return (
    <Center ref={end} mih={48}>
      {isFetchingNextPage && <Loader size="xs" mr="sm" aria-hidden />}
      <Text size="sm" c="dimmed">
        {number.format(shown)}
        {total > shown && ` of ${number.format(total)}`}
      </Text>
    </Center>
  );
}
