import { Anchor, Badge, Button, Checkbox, Collapse, Group, List, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconChevronDown, IconChevronUp, IconExternalLink, IconStethoscope } from '@tabler/icons-react';
import { useId } from 'react';

import type { SetupStep } from '../../api/schema';
import classes from './guide.module.css';
import { helpAddress } from './steps';

interface Props {
  step: SetupStep;
  done: boolean;
  open: boolean;
  active: boolean;
  /** Why the doctor suspects this step. */
  suspicion?: string;
  onTick: (on: boolean) => void;
  onToggle: () => void;
  /** Moves to the field of the form; absent where there is no form. */
  onField?: (field: string) => void;
}

const verbs = { tick: 'Tick', clear: 'Do not tick', enter: 'Enter', choose: 'Choose' };

/** One step in NetSuite: where, what, why, what to copy, and how it is checked. */
export function GuideStep({ step, done, open, active, suspicion, onTick, onToggle, onField }: Props) {
  const body = useId();
  return (
    <li className={classes.step} id={`step-${step.id}`} data-active={active || undefined} data-suspect={suspicion ? true : undefined} aria-current={active ? 'step' : undefined}>
      <div className={classes.head}>
        <Checkbox checked={done} onChange={(e) => onTick(e.currentTarget.checked)} aria-label={`Done: ${step.title}`} />
        <UnstyledButton className={classes.title} aria-expanded={open} aria-controls={body} onClick={onToggle}>
          <span style={done ? { textDecoration: 'line-through', textDecorationThickness: 1 } : undefined}>
            {step.number}. {step.title}
          </span>
          <Group gap={6} wrap="nowrap">
            {suspicion && (
              <Badge size="sm" variant="outline" color="red" c="var(--status-bad)" leftSection={<IconStethoscope size={12} aria-hidden />}>
                Doctor
              </Badge>
            )}
            {step.optional && (
              <Badge size="sm" variant="default">
                optional
              </Badge>
            )}
            {open ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
          </Group>
        </UnstyledButton>
      </div>
      <Collapse expanded={open} id={body}>
        {open && (
          <Stack className={classes.body} gap="sm">
            {suspicion && (
              <Text size="sm" c="var(--status-bad)" fw={550}>
                The doctor: {suspicion}
              </Text>
            )}
            <Where step={step} />
            <Text size="sm">{step.why}</Text>
            {step.actions.length > 0 && (
              <List type="ordered" size="sm" spacing={4}>
                {step.actions.map((a) => (
                  <List.Item key={a}>{a}</List.Item>
                ))}
              </List>
            )}
            <Fields step={step} />
            <Copies step={step} onField={onField} />
            <Traps step={step} />
            <Text size="xs" c="dimmed">
              Checked by <b>{step.check.probe}</b>: {step.check.sign}
            </Text>
            <Help step={step} />
          </Stack>
        )}
      </Collapse>
    </li>
  );
}

function Where({ step }: { step: SetupStep }) {
  return (
    <div>
      {step.menus.map((m, i) => (
        <div key={m} className={classes.menu}>
          {i > 0 && <Text span size="sm" c="dimmed">or </Text>}
          {m.replaceAll(' > ', ' › ')}
        </div>
      ))}
      {step.who && (
        <Text size="xs" c="dimmed">
          {step.who}
        </Text>
      )}
    </div>
  );
}

function Fields({ step }: { step: SetupStep }) {
  if (step.fields.length === 0) return null;
  return (
    <Table fz="sm" verticalSpacing={4} horizontalSpacing={6} withTableBorder aria-label={`Fields of ${step.title}`}>
      <Table.Tbody>
        {step.fields.map((f) => (
          <Table.Tr key={f.label + (f.value ?? '')}>
            <Table.Th scope="row" fw={600} w="46%">
              {f.label}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {verbs[f.do]} {f.value && <b>{f.value}</b>}
              {f.note && (
                <Text size="xs" c="dimmed">
                  {f.note}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Copies({ step, onField }: Pick<Props, 'step' | 'onField'>) {
  if (step.copies.length === 0) return null;
  return (
    <Stack gap={6}>
      {step.copies.map((c) => (
        <Group key={c.field} gap={6} justify="space-between">
          <Text size="sm">
            Copy <b>{c.shown}</b>
            {c.once && ' (shown once)'}
          </Text>
          {onField ? (
            <Button variant="light" size="compact-xs" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={() => onField(c.field)}>
              To the field<span className="sr-only"> {c.shown}</span>
            </Button>
          ) : (
            <Text size="xs" c="dimmed">
              into the connection&apos;s {c.field.replaceAll('_', ' ')}
            </Text>
          )}
        </Group>
      ))}
    </Stack>
  );
}

function Traps({ step }: { step: SetupStep }) {
  if (step.traps.length === 0) return null;
  return (
    <List size="sm" spacing={4} aria-label="Mind" icon={<IconAlertTriangle size={16} color="var(--status-warn)" aria-hidden />}>
      {step.traps.map((t) => (
        <List.Item key={t}>{t}</List.Item>
      ))}
    </List>
  );
}

function Help({ step }: { step: SetupStep }) {
  if (step.help.length === 0) return null;
  return (
    <Group gap="sm">
      {step.help.map((page, i) => (
        <Anchor key={page} href={helpAddress(page)} target="_blank" rel="noreferrer" size="xs">
          NetSuite&apos;s help{step.help.length > 1 ? ` ${i + 1}` : ''} <IconExternalLink size={12} aria-hidden /><span className="sr-only"> on {step.title}, opens in a new tab</span>
        </Anchor>
      ))}
    </Group>
  );
}
