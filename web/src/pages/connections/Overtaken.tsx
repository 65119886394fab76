import { Button, Group, List, Stack, Text } from '@mantine/core';

import { query } from '../../api/client';
import { differences } from './draft';
import type { Editor } from './useEditor';

/** What to do when somebody else changed the connection while this form was filled in. */
export function Overtaken({ editor }: { editor: Editor }) {
  const { kind, stored, save } = editor;
  const newest = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name: stored?.id ?? '' } } }, { staleTime: 0 });
  const theirs = newest.data;
  const changes = stored && theirs ? differences(kind, stored, theirs) : [];
  return (
    <Stack gap="sm" mt="sm">
      {changes.length > 0 && (
        <div>
          <Text size="sm">What was changed meanwhile:</Text>
          <List size="sm">
            {changes.map((c) => (
              <List.Item key={c.label} style={{ overflowWrap: 'anywhere' }}>
                {c.label}: {c.text}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <Group gap="sm">
        <Button
          variant="default"
          disabled={!theirs}
          onClick={() => {
            save.reset();
            void editor.taken(theirs);
          }}
        >
          Take the newest instead
        </Button>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ over: true })}>
          Save mine over it
        </Button>
      </Group>
    </Stack>
  );
}
