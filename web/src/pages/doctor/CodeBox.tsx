import { Button, Card, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { TextLink } from '../../parts/TextLink';

/** Asks for the Detail of the Login Audit Trail, which decides what NetSuite's answers leave open. */
export function CodeBox({ question, connection }: { question?: string; connection?: string }) {
  const [text, setText] = useState('');
  const [code, setCode] = useState('');
  const explained = query.useQuery('get', '/api/v1/doctor/codes/{code}', { params: { path: { code } } }, { enabled: code !== '' });
  return (
    <Card withBorder padding="md">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          setCode(text.trim());
        }}
      >
        {question && (
          <Text size="sm" mb="sm">
            {question}
          </Text>
        )}
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Paste the Detail of the Login Audit Trail"
            description="Setup › Users/Roles › View Login Audit Trail, with the column Detail added"
            placeholder="InvalidSignature"
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            style={{ flex: '1 1 260px' }}
          />
          <Button type="submit" variant="default" disabled={!text.trim()} loading={explained.isFetching}>
            Explain
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        <Stack gap="sm" mt={explained.data || explained.error ? 'md' : 0}>
          <Explain error={explained.error} />
          {explained.data?.meanings?.map((m) => (
            <div key={m.protocol + m.cause}>
              <Text size="xs" c="dimmed">
                {m.protocol}: {m.codes?.map((c) => <Code key={c} mr={4}>{c}</Code>)}
              </Text>
              <Text size="sm">{m.cause}.</Text>
              <Text size="sm" fw={600}>
                {m.fix}.{' '}
                {m.step && (
                  <TextLink to={`/guide?step=${m.step}${connection ? `&connection=${encodeURIComponent(connection)}` : ''}`}>
                    Show me how
                  </TextLink>
                )}
              </Text>
            </div>
          ))}
        </Stack>
      </div>
    </Card>
  );
}
