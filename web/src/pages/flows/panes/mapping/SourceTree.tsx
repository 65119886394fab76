import { ActionIcon, Button, Group, Skeleton, Stack, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconPencil, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

import { dotted, inShort } from '../../../../code/bloblangCompletion';
import { CodeEditor } from '../../../../code/CodeEditor';
import { Explain } from '../../../../parts/Explain';
import classes from './mapping.module.css';
import type { Sample } from './useSample';

interface Leaf {
  path: string;
  name: string;
  depth: number;
  short: string;
  inner: boolean;
}

const most = 2000;

/** What a record has, one line for each value; of a list its first element. */
export function leavesOf(value: unknown, path = 'this', depth = 0): Leaf[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string, unknown][] = Array.isArray(value) ? (value as unknown[]).slice(0, 1).map((v) => ['0', v]) : Object.entries(value);
  return entries.flatMap(([name, of]): Leaf[] => {
    const at = `${path}.${dotted(name)}`;
    const inner = typeof of === 'object' && of !== null;
    return [{ path: at, name, depth, short: of === null ? 'null' : inShort(of), inner }, ...(depth < 6 ? leavesOf(of, at, depth + 1) : [])];
  });
}

/** The record as it comes to the mapping. What is pressed goes into the mapping. */
export function SourceTree({ sample, readOnly, onPick }: { sample: Sample; readOnly: boolean; onPick: (path: string) => void }) {
  const [search, setSearch] = useState('');
  const leaves = useMemo(() => leavesOf(sample.value).slice(0, most), [sample.value]);
  const text = search.trim().toLowerCase();
  const shown = text ? leaves.filter((l) => l.path.toLowerCase().includes(text) || l.short.toLowerCase().includes(text)) : leaves;
  return (
    <section className={classes.side} aria-label="Record as it comes">
      <Group justify="space-between" wrap="nowrap" gap={4} className={classes.sideHead}>
        <Text component="h3" size="sm" fw={600}>
          Record as it comes
        </Text>
        <Records sample={sample} />
      </Group>
      {sample.own !== undefined ? (
        <Stack gap={6} px="sm" pb="xs">
          <CodeEditor label="Record" language="json" value={sample.own} onChange={sample.setOwn} minLines={6} maxLines={12} problems={sample.value === undefined ? [{ line: 1, message: 'This is no JSON' }] : undefined} />
        </Stack>
      ) : null}
      <div className={classes.search}>
        <TextInput size="xs" aria-label="Search the record" placeholder="Search" leftSection={<IconSearch size={14} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
      </div>
      <div className={classes.scroll} role="group" aria-label="Fields of the record">
        {sample.isLoading && (
          <Stack gap={8} p="sm" role="status" aria-label="Reading records">
            {[80, 55, 70, 40, 65, 50].map((w) => (
              <Skeleton key={w} h={14} w={`${w}%`} />
            ))}
          </Stack>
        )}
        {!sample.isLoading && sample.raw === undefined && (
          <Stack gap="sm" p="sm" align="flex-start">
            {sample.error ? <Explain error={sample.error} title="No record could be read" /> : <Text size="sm" c="dimmed">{sample.may ? 'No record gets here. Enter one to try the mapping.' : 'Enter a record to try the mapping.'}</Text>}
            <Button variant="default" size="xs" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => sample.setOwn('{\n  \n}')}>
              Enter a record
            </Button>
          </Stack>
        )}
        <ul className={classes.tree}>
          {shown.map((leaf) => (
            <li key={leaf.path}>
              <UnstyledButton className={classes.leaf} style={{ paddingLeft: text ? 12 : 12 + leaf.depth * 16 }} aria-disabled={readOnly || undefined} aria-label={`Insert ${leaf.path}`} onClick={readOnly ? undefined : () => onPick(leaf.path)}>
                <span className={classes.leafName}>{text ? leaf.path.replace(/^this\./, '') : leaf.name}</span>
                <span className={classes.leafValue}>{leaf.short}</span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
        {text && shown.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            Nothing in this record is called so.
          </Text>
        )}
      </div>
    </section>
  );
}

function Records({ sample }: { sample: Sample }) {
  if (sample.own !== undefined) {
    return (
      <Button variant="subtle" size="compact-xs" onClick={() => sample.setOwn(undefined)}>
        Real records
      </Button>
    );
  }
  return (
    <Group gap={2} wrap="nowrap">
      {sample.count > 0 && (
        <>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Previous record" disabled={sample.index === 0} onClick={() => sample.show(sample.index - 1)}>
            <IconChevronLeft size={16} aria-hidden />
          </ActionIcon>
          <Text size="xs" c="dimmed" role="status" style={{ whiteSpace: 'nowrap' }}>
            {sample.index + 1} of {sample.count}
          </Text>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Next record" disabled={sample.index >= sample.count - 1} onClick={() => sample.show(sample.index + 1)}>
            <IconChevronRight size={16} aria-hidden />
          </ActionIcon>
        </>
      )}
      {sample.may && (
        <Tooltip label="Read records anew">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Read records anew" loading={sample.isLoading} onClick={sample.again}>
            <IconRefresh size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {sample.raw !== undefined && (
        <Tooltip label="Edit this record">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Edit this record" onClick={() => sample.setOwn(JSON.stringify(sample.value, null, 2))}>
            <IconPencil size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
