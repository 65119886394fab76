import { Text } from '@mantine/core';

import { query } from '../../api/client';
import { TextLink } from '../../parts/TextLink';

/** The WSDL versions with what today's NetSuite makes of them. */
export function useVersions() {
  return query.useQuery('get', '/api/v1/wsdl-versions', {}, { staleTime: Infinity });
}

/** Warns of a WSDL version that NetSuite does not support any more, and leads to the calendar. */
export function WSDLNote({ version }: { version: string }) {
  const found = useVersions().data?.items.find((v) => v.version === version);
  if (!found || found.supported) return null;
  return (
    <Text size="sm" mt={4} role="status" c="var(--status-warn)">
      {found.note}. <TextLink to="/sunset">What stops when</TextLink>
    </Text>
  );
}
