import { Badge, Group, SegmentedControl, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconCircleDashed, IconLock, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

import { typeWords } from '../../../../api/metadata';
import { Explain } from '../../../../parts/Explain';
import type { Choice } from './choice';
import classes from './mapping.module.css';
import { missingIn, type Standing } from './targets';
import { ValuePicker } from './ValuePicker';

interface Props {
  title: string;
  standing: Standing[];
  isLoading: boolean;
  error: unknown;
  /** Why there is nothing to show, where nothing is wrong. */
  none?: string;
  readOnly: boolean;
  onPick: (path: string, s: Standing) => void;
  /** What a field chooses from, where its values can be had. */
  choice: (path: string) => Choice | undefined;
  onValue: (path: string, choice: Choice, id: string) => void;
}

type Which = 'all' | 'mapped' | 'missing';

/** The fields of what is made: which there are, which are mapped, which are missing. What is pressed goes into the mapping. */
export function TargetFields({ title, standing, isLoading, error, none, readOnly, onPick, choice, onValue }: Props) {
  const [search, setSearch] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const missing = missingIn(standing);
  const text = search.trim().toLowerCase();
  const fits = (s: Standing): boolean => {
    if (s.within?.some(fits)) return true;
    if (which === 'mapped' && !s.mapped) return false;
    if (which === 'missing' && !s.missing) return false;
    return text === '' || s.field.name.toLowerCase().includes(text) || s.field.label.toLowerCase().includes(text);
  };
  const shown = standing.filter(fits);
  return (
    <section className={classes.side} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" gap="xs" className={classes.sideHead}>
        <Text component="h3" size="sm" fw={600} lineClamp={1}>
          {title}
        </Text>
        <Text size="xs" c={missing.length > 0 ? 'var(--status-bad)' : 'dimmed'} role="status" style={{ whiteSpace: 'nowrap' }}>
          {standing.length > 0 && (missing.length > 0 ? `${missing.length} mandatory missing` : `${standing.filter((s) => s.mapped).length} mapped`)}
        </Text>
      </Group>
      <Group gap="xs" wrap="nowrap" className={classes.search}>
        <TextInput size="xs" aria-label="Search fields" placeholder="Search" leftSection={<IconSearch size={14} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} style={{ flex: 1 }} />
        <SegmentedControl
          size="xs"
          aria-label="Which fields"
          data={[
            { value: 'all', label: 'All' },
            { value: 'mapped', label: 'Mapped' },
            { value: 'missing', label: 'Missing' },
          ]}
          value={which}
          onChange={(v) => setWhich(v as Which)}
        />
      </Group>
      <div className={classes.scroll} role="group" aria-label={`Fields: ${title}`}>
        {isLoading && (
          <Stack gap={8} p="sm" role="status" aria-label="Reading fields">
            {[70, 50, 80, 60, 45, 75].map((w) => (
              <Skeleton key={w} h={14} w={`${w}%`} />
            ))}
          </Stack>
        )}
        {error ? (
          <div style={{ padding: 12 }}>
            <Explain error={error} title="The fields could not be read" />
          </div>
        ) : null}
        {!isLoading && !error && standing.length === 0 && none && (
          <Text size="sm" c="dimmed" p="sm">
            {none}
          </Text>
        )}
        <ul className={classes.tree}>
          {shown.map((s) => (
            <Field key={s.path} standing={s} readOnly={readOnly} onPick={onPick} choice={choice} onValue={onValue} fits={fits} open={text !== '' || which !== 'all' || s.mapped} />
          ))}
        </ul>
        {standing.length > 0 && shown.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            {which === 'missing' ? 'No mandatory field is missing.' : which === 'mapped' && text === '' ? 'No field is mapped yet.' : 'No field is called so.'}
          </Text>
        )}
      </div>
    </section>
  );
}

interface FieldProps {
  standing: Standing;
  readOnly: boolean;
  open: boolean;
  fits: (s: Standing) => boolean;
  onPick: Props['onPick'];
  choice: Props['choice'];
  onValue: Props['onValue'];
}

function Field({ standing, readOnly, open, fits, ...acts }: FieldProps) {
  const { field, path, mapped, missing, within } = standing;
  const said = [field.label, typeWords(field), field.mandatory && 'mandatory', field.read_only && 'read-only', mapped ? 'mapped' : missing ? 'missing' : ''].filter(Boolean).join(', ');
  const lines = within?.filter(fits) ?? [];
  const fixed = readOnly || field.read_only;
  const { onPick, choice, onValue } = acts;
  const takes = fixed ? undefined : choice(path);
  return (
    <li>
      <div className={classes.fieldRow}>
      <UnstyledButton className={classes.field} data-missing={missing || undefined} aria-disabled={fixed || undefined} aria-label={`Map ${path}: ${said}`} onClick={fixed ? undefined : () => onPick(path, standing)}>
        {mapped ? <IconCircleCheck size={16} aria-hidden className={classes.mapped} /> : missing ? <IconAlertCircle size={16} aria-hidden className={classes.missing} /> : field.read_only ? <IconLock size={16} aria-hidden /> : <IconCircleDashed size={16} aria-hidden className={classes.open} />}
        <span className={classes.fieldWords}>
          <span className={classes.fieldLabel}>
            {field.label}
            {field.mandatory && (
              <span aria-hidden className={classes.star}>
                *
              </span>
            )}
          </span>
          <span className={classes.fieldName}>{field.name}</span>
        </span>
        <span className={classes.fieldType}>{field.read_only ? 'read-only' : field.type === 'text' && field.of ? field.of : typeWords(field)}</span>
      </UnstyledButton>
      {takes && <ValuePicker leaves label={path} choice={takes} onPick={(id) => onValue(path, takes, id)} />}
      </div>
      {within && within.length > 0 && (
        <details open={open} className={classes.lines}>
          <summary>
            {field.type === 'sublist' ? 'Fields of a line' : 'Fields within'} <Badge size="xs">{lines.length}</Badge>
          </summary>
          <ul className={classes.tree}>
            {lines.map((s) => (
              <Field key={s.path} standing={s} readOnly={readOnly} {...acts} fits={fits} open={s.mapped} />
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
