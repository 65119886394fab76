import { Button, Container, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { Dialogs } from './Dialogs';
import { Parts } from './Parts';
import { Tables } from './Tables';

/** One state of a component. */
export function State({ of, state, children }: { of: string; state: string; children: ReactNode }) {
  return (
    <section aria-label={`${of}: ${state}`}>
      <Text size="xs" c="dimmed" mb={4}>
        {of}: {state}
      </Text>
      {children}
    </section>
  );
}

/** States beside each other. */
export function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {children}
      </SimpleGrid>
    </Stack>
  );
}

/** Every part of the pages in every state that it can be in, for who changes one. */
export function States() {
  return (
    <Container component="main" size="xl" py="lg">
      <Title order={1} size="h2" mb="lg">
        States of the components
      </Title>
      <Stack gap={48}>
        <Parts />
        <Tables />
        <Dialogs />
        <Button component="a" href="#root" variant="subtle">
          To the top
        </Button>
      </Stack>
    </Container>
  );
}
