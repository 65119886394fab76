import { Anchor, Button, Card, Center, Code, Group, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import type { LicencePart, Licences as AllLicences } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { LicenceText } from './LicenceText';
import { found } from './found';

const first = 25;
const kinds: Record<LicencePart['kind'], string> = { go: 'Program', npm: 'Pages' };

/** A licence whose text is shown. */
interface Shown {
  title: string;
  text: string;
}

/** Whose software is in the program and its pages. */
export function Licences() {
  const licences = query.useQuery('get', '/api/v1/licences', {}, { staleTime: Infinity });
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState<Shown>();
  if (licences.error) return <Explain error={licences.error} title="The licences cannot be shown" />;
  if (!licences.data) return <PageSkeleton rows={8} />;
  const items = found(licences.data.items, search);
  const visible = all || search ? items : items.slice(0, first);
  return (
    <Card withBorder padding="lg" component="section" aria-label="Licences">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end" gap="sm">
          <div>
            <Title order={2} size="h4">
              Licences
            </Title>
            <Text size="sm" c="dimmed">
              Sluice is open source under <Own of={licences.data} onShow={setShown} />. {licences.data.items.length > 0 && `In it are ${licences.data.items.length} parts by others.`}
            </Text>
          </div>
          {licences.data.items.length > 0 && <TextInput aria-label="Search licences" placeholder="Name or licence" leftSection={<IconSearch size={16} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />}
        </Group>
        {!licences.data.complete && (
          <Text size="sm">
            This build does not hold all licences of others: <Code>make build</Code> collects them.
          </Text>
        )}
        <Text size="sm" c="dimmed" role="status" className={search ? undefined : 'sr-only'}>
          {search && (items.length === 0 ? `Nothing here is called “${search}”, or has such a licence.` : `${items.length} of ${licences.data.items.length} parts`)}
        </Text>
        {visible.length > 0 && <Parts items={visible} onShow={setShown} />}
        {visible.length < items.length && (
          <Center>
            <Button variant="default" onClick={() => setAll(true)}>
              Show all {items.length}
            </Button>
          </Center>
        )}
      </Stack>
      {shown && <LicenceText {...shown} onClose={() => setShown(undefined)} />}
    </Card>
  );
}

/** The licence of Sluice itself. */
function Own({ of: all, onShow }: { of: AllLicences; onShow: (shown: Shown) => void }) {
  const { licence, text } = all;
  if (!text) return licence;
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => onShow({ title: `Sluice, ${licence}`, text })}>
      {licence}
    </Anchor>
  );
}

function Parts({ items, onShow }: { items: LicencePart[]; onShow: (shown: Shown) => void }) {
  return (
    <Wide label="Parts by others">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th>Licence</Table.Th>
            <Table.Th>In</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((p) => (
            <Table.Tr key={`${p.kind} ${p.name} ${p.version}`}>
              <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 160 }}>
                <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onShow({ title: `${p.name} ${p.version}`, text: p.text })}>
                  {p.name}
                </Anchor>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{p.version}</Table.Td>
              <Table.Td>{p.licence}</Table.Td>
              <Table.Td>{kinds[p.kind]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
