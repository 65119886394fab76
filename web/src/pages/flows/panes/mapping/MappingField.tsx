import { Button, Group, Stack } from '@mantine/core';
import { IconArrowsDiagonal } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';

import { rawAt } from '../../../../api/rawJson';
import { completeBloblang } from '../../../../code/bloblangCompletion';
import { type Path, pathText } from '../../../../flow/document';
import { targetOf } from '../../../../flow/mapped';
import type { Schema } from '../../../../flow/schema';
import { useEditor } from '../../editor';
import { FieldGrid } from '../../FieldGrid';
import { CodeField } from '../CodeField';

const Pane = lazy(() => import('./MappingPane').then((m) => ({ default: m.MappingPane })));

interface Props {
  kind: 'map' | 'fields';
  path: Path;
  schema: Schema;
  value: unknown;
}

/** A mapping among a step's fields; a button opens it with real records and the fields to make. */
export function MappingField({ kind, path, schema, value }: Props) {
  const { flow, set, problems, readOnly, preview } = useEditor();
  const [open, setOpen] = useState(false);
  const target = targetOf(flow, path.slice(0, -1));
  // Without the pane, what the page's preview has read completes the text.
  const complete = useMemo(() => {
    const raw = preview && rawAt(preview.raw, ['records', preview.index, 'record']);
    return completeBloblang({ record: raw === undefined ? undefined : (JSON.parse(raw) as unknown) });
  }, [preview]);
  return (
    <Stack gap="sm">
      <Group>
        <Button variant="light" size="xs" leftSection={<IconArrowsDiagonal size={16} aria-hidden />} onClick={() => setOpen(true)}>
          {target?.record || target?.table ? `Map to the fields of ${target.record ?? target.table}` : 'Open with real records'}
        </Button>
      </Group>
      {kind === 'map' ? (
        <CodeField
          label="Mapping"
          description={schema.description}
          required
          language="bloblang"
          readOnly={readOnly}
          error={problems[pathText(path)]}
          value={typeof value === 'string' ? value : ''}
          onChange={(v) => set(path, v)}
          complete={complete}
          minLines={6}
          maxLines={24}
          placeholder="root.companyName = this.name"
        />
      ) : (
        <FieldGrid schema={schema} path={path} value={value} />
      )}
      {open && (
        <Suspense>
          <Pane kind={kind} path={path} schema={schema} value={value} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Stack>
  );
}
