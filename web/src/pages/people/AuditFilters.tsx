import { Button, Group, Menu, Select, TextInput } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

import { query } from '../../api/client';
import { useMay } from '../../session';
import { type AuditQuery, exportAddress, nouns } from './audit';

interface Props {
  value: AuditQuery;
  onChange: (change: Partial<AuditQuery>) => void;
}

/** What of the audit log is shown, and where it is taken away as a file. */
export function AuditFilters({ value, onChange }: Props) {
  const users = query.useQuery('get', '/api/v1/users', {}, { enabled: useMay('people.edit') });
  const actors = [...new Set([...(users.data?.items ?? []).map((u) => u.email), 'local', ...(value.actor ? [value.actor] : [])])];
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <Search value={value.text ?? ''} onChange={(text) => onChange({ text: text || undefined })} />
      <Select w={190} label="Who" placeholder="Anybody" data={actors} value={value.actor ?? null} clearable searchable clearButtonProps={{ 'aria-label': 'Anybody' }} onChange={(v) => onChange({ actor: v ?? undefined })} />
      <Select w={170} label="To what" placeholder="All things" data={nouns} value={value.noun ?? null} clearable clearButtonProps={{ 'aria-label': 'All things' }} onChange={(v) => onChange({ noun: v ?? undefined, name: undefined })} />
      <TextInput w={150} type="date" label="From" value={value.since ?? ''} max={value.until} onChange={(e) => onChange({ since: e.currentTarget.value || undefined })} />
      <TextInput w={150} type="date" label="To the end of" value={value.until ?? ''} min={value.since} onChange={(e) => onChange({ until: e.currentTarget.value || undefined })} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={exportAddress(value, 'csv')} download>
            CSV, for spreadsheets
          </Menu.Item>
          <Menu.Item component="a" href={exportAddress(value, 'jsonl')} download>
            JSON lines, for programs
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

/** Asks once the typing pauses. */
function Search({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const soon = setTimeout(() => onChange(text), 300);
    return () => clearTimeout(soon);
  }, [text, value, onChange]);
  return <TextInput flex="1 1 200px" label="Search" placeholder="Name, address or detail" leftSection={<IconSearch size={16} aria-hidden />} value={text} onChange={(e) => setText(e.currentTarget.value)} />;
}
