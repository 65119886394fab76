import '@mantine/spotlight/styles.css';

import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertCircle, IconApps, IconBook2, IconFile, IconHistory, IconLicense, IconPlug, IconRoute, IconSearch, IconSettings, IconTransform, IconUser } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';

import { query } from '../../api/client';
import type { Found } from '../../api/schema';
import { useSession } from '../../session';
import { areas } from '../places';
import { keepRecent, recent } from './recent';

type Kind = Found['kind'] | 'page';
export interface Entry extends Omit<Found, 'kind' | '$schema'> {
  kind: Kind;
}

const kinds: Record<Kind, { label: string; icon: typeof IconSearch }> = {
  page: { label: 'Pages', icon: IconFile },
  flow: { label: 'Flows', icon: IconTransform },
  connection: { label: 'Connections', icon: IconPlug },
  integration: { label: 'Integrations', icon: IconApps },
  'consumer-key': { label: 'Consumer keys', icon: IconLicense },
  run: { label: 'Runs', icon: IconHistory },
  trace: { label: 'Records', icon: IconRoute },
  error: { label: 'Errors', icon: IconAlertCircle },
  user: { label: 'People', icon: IconUser },
  guide: { label: 'Set-up guide', icon: IconBook2 },
  setting: { label: 'Settings of connections', icon: IconSettings },
};

// The dialog's name is for who listens; who looks sees the field.
const unseen = { position: 'absolute', width: 1, height: 1, minHeight: 0, padding: 0, overflow: 'hidden', clipPath: 'inset(50%)' } as const;

const [store, spotlight] = createSpotlight();

/** Finds pages here and all else on the server; what was opened last stands first. By keyboard: arrows, Enter, Escape. */
export function Search({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words.trim(), 150);
  const found = query.useQuery('get', '/api/v1/search', { params: { query: { q: asked } } }, { enabled: opened && asked !== '', placeholderData: keepPreviousData });
  const pages = usePages(words);
  useEffect(() => {
    if (opened) spotlight.open();
  }, [opened]);
  const entries: Entry[] = words.trim() ? [...pages, ...(found.data?.items ?? [])] : recent();
  const groups = words.trim() ? grouped(entries) : entries.length ? [{ label: 'Opened last', entries }] : [];
  const close = () => {
    setWords('');
    onClose();
  };
  const go = (e: Entry) => {
    keepRecent(e);
    void navigate(e.to);
  };
  return (
    <Spotlight.Root store={store} query={words} onQueryChange={setWords} onSpotlightClose={close} shortcut={null} scrollable maxHeight="min(60vh, 32rem)" title="Search" styles={{ header: unseen }}>
      <Spotlight.Search aria-label="Search" placeholder="Flows, connections, runs, errors, people, settings…" leftSection={<IconSearch size={18} aria-hidden />} />
      <Spotlight.ActionsList aria-label="What was found" aria-busy={found.isFetching}>
        {groups.map((g) => (
          <Spotlight.ActionsGroup key={g.label} label={g.label}>
            {g.entries.map((e) => (
              <OneEntry key={`${e.kind} ${e.to} ${e.title}`} entry={e} onGo={() => go(e)} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{!words.trim() ? 'Enter a name, a number of a run, or what people know a record by.' : found.error ? 'The server does not answer.' : found.isPending || asked !== words.trim() ? 'Looking…' : `Nothing is called ${words.trim()}.`}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function OneEntry({ entry, onGo }: { entry: Entry; onGo: () => void }) {
  const Icon = kinds[entry.kind].icon;
  return <Spotlight.Action label={entry.title} description={entry.about} leftSection={<Icon size={18} aria-hidden />} onClick={onGo} styles={{ actionDescription: { opacity: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }, actionBody: { minWidth: 0 }, actionLabel: { overflowWrap: 'anywhere' } }} />;
}

/** By kind, in the order in which the best of each stands. */
function grouped(entries: Entry[]): { label: string; entries: Entry[] }[] {
  const groups = new Map<Kind, Entry[]>();
  for (const e of entries) groups.set(e.kind, [...(groups.get(e.kind) ?? []), e]);
  return [...groups].map(([kind, entries]) => ({ label: kinds[kind].label, entries }));
}

/** The pages whose names have the words. */
function usePages(words: string): Entry[] {
  const { permissions } = useSession();
  return useMemo(() => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return areas
      .flatMap((a) => a.places)
      .filter((p) => (!p.permission || permissions?.includes(p.permission)) && wanted.length > 0 && wanted.every((w) => p.label.toLowerCase().includes(w)))
      .map((p) => ({ kind: 'page' as const, title: p.label, to: p.to }));
  }, [words, permissions]);
}
