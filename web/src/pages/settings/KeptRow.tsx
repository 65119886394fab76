import { Badge, Checkbox, Code, Group, NumberInput, Stack, Text } from '@mantine/core';

import type { Excess, Setting } from '../../api/schema';
import { countText } from '../../parts/numbers';
import { keptText, valueOf } from './change';
import classes from './settings.module.css';
import type { Kept } from './useKept';

/** One thing that is kept: for how long, and how much of it is outdated. */
export function KeptRow({ setting: s, kept, excess }: { setting: Setting; kept: Kept; excess: Excess | undefined }) {
  const value = valueOf(s, kept.entered);
  const forever = value === 0 && Boolean(s.forever);
  return (
    <div className={classes.row} role="group" aria-label={s.label}>
      <Stack gap={2}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {s.label}
          </Text>
          {value !== s.value && (
            <Badge size="sm" variant="light">
              Changed
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" id={`help-${s.name}`}>
          {s.help}
        </Text>
      </Stack>
      <Stack gap={6}>
        <NumberInput
          aria-label={`${s.label}, ${s.unit}`}
          aria-describedby={`help-${s.name}`}
          suffix={s.unit === 'days' ? ' days' : ' MB'}
          placeholder={forever ? 'For ever' : undefined}
          value={forever ? '' : value}
          disabled={forever || Boolean(s.fixed_by)}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          maxLength={12}
          onChange={(n) => kept.enter(s.name, typeof n === 'number' ? n : '')}
          error={kept.problems[s.name]}
        />
        {s.forever && <Checkbox size="sm" label="For ever" checked={forever} disabled={Boolean(s.fixed_by)} onChange={(e) => kept.enter(s.name, e.currentTarget.checked ? 0 : s.value || s.default || s.least)} />}
      </Stack>
      <Stack gap={2}>
        {s.fixed_by ? (
          <Text size="sm">
            Set by <Code>{s.fixed_by}</Code> of the command line
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            Default: {keptText(s.default, s.unit)}
          </Text>
        )}
        <Outdated excess={excess} />
      </Stack>
    </div>
  );
}

function Outdated({ excess }: { excess: Excess | undefined }) {
  if (!excess) return null;
  return (
    <Text size="sm" c={excess.remove > 0 ? 'var(--status-warn)' : 'dimmed'}>
      {excess.remove > 0 ? `${countText(excess.remove)} ${excess.noun} would go` : 'Nothing would go'}
      {excess.stay ? `, ${countText(excess.stay)} older stay` : ''}
    </Text>
  );
}
