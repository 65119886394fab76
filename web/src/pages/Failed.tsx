import { Anchor, Container, Stack } from '@mantine/core';
import { Link, useRouteError } from 'react-router';

import { Explain } from '../parts/Explain';
import { PageHeader } from '../parts/PageHeader';

/** What is shown instead of a page that could not be drawn. */
export function Failed() {
  const error = useRouteError();
  return (
    <Container component="main" size="sm" py="xl">
      <PageHeader title="This page could not be shown" />
      <Stack>
        <Explain error={error} />
        <Anchor href={window.location.href}>Load it again</Anchor>
        <Anchor href="/">Home</Anchor>
      </Stack>
    </Container>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <>
      <PageHeader title="There is no such page" about="The address may have been mistyped, or the thing was deleted." />
      <Anchor component={Link} to="/">
        Home
      </Anchor>
    </>
  );
}
