import { Anchor } from '@mantine/core';
import { useNavigate } from 'react-router';

import { query } from '../../api/client';
import type { RecordError } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { useMay } from '../../session';
import { draftedCase } from '../flows/tests/drafted';

/** Makes a flow test of an error's record, and opens it among the flow's tests, not saved yet. */
export function useMakeTest(error: RecordError) {
  const navigate = useNavigate();
  const mayEdit = useMay('flows.edit');
  const draft = query.useMutation('post', '/api/v1/flows/{name}/tests/draft', {
    // The record stays out of the address: it goes along with the page that is opened.
    onSuccess: ({ text }) => void navigate(`/flows/${encodeURIComponent(error.flow)}?tab=tests`, { state: draftedCase(text) }),
  });
  return {
    button: mayEdit && (
      <Anchor component="button" type="button" size="sm" underline="always" disabled={draft.isPending} onClick={() => draft.mutate({ params: { path: { name: error.flow } }, body: { error: error.id } })}>
        Make a test of this
      </Anchor>
    ),
    problem: <Explain error={draft.error} title="No test can be made of this" />,
  };
}
