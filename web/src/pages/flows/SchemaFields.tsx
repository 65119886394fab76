import { Button, Collapse, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';

import type { Path } from '../../flow/document';
import { fieldNames, type Schema } from '../../flow/schema';
import { SchemaField } from './SchemaField';

interface Props {
  schema: Schema;
  path: Path;
  value: Record<string, unknown> | undefined;
  /** Fields that are shown elsewhere. */
  omit?: string[];
  /** Optional fields that are shown at once, not behind "More settings". */
  show?: string[];
}

/** The fields of an object of a flow file, as the server describes them. What is optional and not in use is folded away. */
export function SchemaFields({ schema, path, value, omit = [], show = [] }: Props) {
  const [open, { toggle }] = useDisclosure();
  const names = fieldNames(schema).filter((n) => !omit.includes(n));
  const isShown = (n: string) => schema.required?.includes(n) || show.includes(n) || value?.[n] !== undefined;
  const more = names.filter((n) => !isShown(n));
  const field = (name: string) => {
    const of = schema.properties?.[name];
    return of && <SchemaField key={name} name={name} schema={of} required={schema.required?.includes(name)} path={[...path, name]} value={value?.[name]} />;
  };
  return (
    <Stack gap="md">
      {names.filter(isShown).map(field)}
      {more.length > 0 && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            ml={-8}
            leftSection={open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
            aria-expanded={open}
            onClick={toggle}
          >
            {open ? 'Fewer settings' : `More settings (${more.length})`}
          </Button>
          <Collapse expanded={open}>
            <Stack gap="md" pt="sm">
              {more.map(field)}
            </Stack>
          </Collapse>
        </div>
      )}
    </Stack>
  );
}
