import { ActionIcon, Button, Kbd, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

const Search = lazy(async () => ({ default: (await import('./Search')).Search }));

/** Opens the search over everything, which is loaded when it is first opened. */
export function SearchButton() {
  const [wanted, setWanted] = useState(false);
  const [opened, setOpened] = useState(false);
  const open = () => {
    setWanted(true);
    setOpened(true);
  };
  // In a field, "/" is a letter; Ctrl+K is not.
  useHotkeys([['mod+K', open]], []);
  useHotkeys([['/', open]]);
  return (
    <>
      <Button variant="default" size="sm" visibleFrom="sm" leftSection={<IconSearch size={16} aria-hidden />} rightSection={<Kbd size="xs">Ctrl K</Kbd>} aria-keyshortcuts="Control+K Meta+K /" onClick={open}>
        <Text span size="sm" c="dimmed">
          Search
        </Text>
      </Button>
      <ActionIcon hiddenFrom="sm" variant="subtle" color="gray" size="lg" aria-label="Search" onClick={open}>
        <IconSearch size={20} aria-hidden />
      </ActionIcon>
      {wanted && (
        <Suspense fallback={null}>
          <Search opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
