import { Chip, Group, Input, NumberInput, Select, Stack, TextInput } from '@mantine/core';

import { type Choice, choiceOf, cronOf, intervals, type Repeat } from './repeats';

const repeats: { value: Repeat; label: string }[] = [
  { value: 'minutes', label: 'Every few minutes' },
  { value: 'hour', label: 'Every hour' },
  { value: 'day', label: 'Every day' },
  { value: 'week', label: 'On days of the week' },
  { value: 'month', label: 'Every month' },
  { value: 'own', label: 'By an expression of your own' },
];
// Weeks begin on Monday; a cron counts from Sunday.
const weekdays = [
  { value: '1', label: 'Mon' },
  { value: '2', label: 'Tue' },
  { value: '3', label: 'Wed' },
  { value: '4', label: 'Thu' },
  { value: '5', label: 'Fri' },
  { value: '6', label: 'Sat' },
  { value: '0', label: 'Sun' },
];

interface Props {
  cron: string;
  /** An expression of one's own is being written, whatever it says. */
  own: boolean;
  error?: string;
  help?: string;
  readOnly: boolean;
  onCron: (cron: string) => void;
  onOwn: (own: boolean) => void;
}

/** How often the flow runs: a choice with its fields, or a cron. */
export function RepeatFields({ cron, own, error, help, readOnly, onCron, onOwn }: Props) {
  const read = choiceOf(cron);
  const choice: Choice = own ? { ...read, repeat: 'own' } : read;
  const change = (part: Partial<Choice>) => {
    const next = cronOf({ ...read, ...part });
    if (next !== undefined) onCron(next);
  };
  const repeat = (to: string | null) => {
    onOwn(to === 'own');
    if (to !== 'own') change({ repeat: to as Repeat });
  };
  return (
    <Stack gap="md">
      <Select label="Repeats" data={repeats} value={choice.repeat} allowDeselect={false} readOnly={readOnly} onChange={repeat} />
      {choice.repeat === 'minutes' && (
        <Select label="How often" data={intervals.map((n) => ({ value: String(n), label: n === 1 ? 'Every minute' : `Every ${n} minutes` }))} value={String(choice.every)} allowDeselect={false} readOnly={readOnly} onChange={(v) => change({ every: Number(v) })} />
      )}
      {choice.repeat === 'hour' && <NumberInput label="Minutes past the hour" min={0} max={59} clampBehavior="strict" allowDecimal={false} value={choice.minute} readOnly={readOnly} onChange={(v) => typeof v === 'number' && change({ minute: v })} />}
      {choice.repeat === 'week' && (
        <Input.Wrapper label="Days" labelElement="div" id="schedule-days">
          <Chip.Group multiple value={choice.days.map(String)} onChange={(v) => v.length > 0 && change({ days: v.map(Number) })}>
            <Group gap={6} mt={4} role="group" aria-label="Days">
              {weekdays.map((d) => (
                <Chip key={d.value} value={d.value} size="sm" radius="sm" disabled={readOnly}>
                  {d.label}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {choice.repeat === 'month' && (
        <NumberInput label="Day of the month" description={choice.day > 28 ? `Months without a ${choice.day}th are left out.` : undefined} min={1} max={31} clampBehavior="strict" allowDecimal={false} value={choice.day} readOnly={readOnly} onChange={(v) => typeof v === 'number' && change({ day: v })} />
      )}
      {['day', 'week', 'month'].includes(choice.repeat) && <TextInput label="At" type="time" value={`${pad(choice.hour)}:${pad(choice.minute)}`} readOnly={readOnly} onChange={(e) => setTime(e.currentTarget.value, change)} />}
      {choice.repeat === 'own' && (
        <TextInput label="Expression" description={help} error={error} value={cron} placeholder="30 2 * * *" spellCheck={false} readOnly={readOnly} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} onChange={(e) => onCron(e.currentTarget.value)} />
      )}
    </Stack>
  );
}

const pad = (n: number) => String(n).padStart(2, '0');

function setTime(text: string, change: (part: Partial<Choice>) => void) {
  const [hour, minute] = text.split(':').map(Number);
  if (hour !== undefined && minute !== undefined && Number.isFinite(hour + minute)) change({ hour, minute });
}
