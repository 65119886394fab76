import { Button, Card, Group, Text, Title, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { AttentionItem } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { trendOf, wayTo } from './attention';
import classes from './home.module.css';

/** What needs somebody, asked for again and again. */
export function useAttention() {
  return query.useQuery('get', '/api/v1/attention', {}, { refetchInterval: 15_000 });
}

/** So many are shown at once; the others are a click away. */
const few = 5;

/** All that needs somebody, the most pressing first, each with the way to mend it. */
export function Attention({ items }: { items: AttentionItem[] }) {
  const [all, setAll] = useState(false);
  if (items.length === 0)
    return (
      <Card padding="md" mb="lg" component="section" aria-label="What needs attention">
        <Group gap="sm" wrap="nowrap">
          <IconCircleCheck size={22} aria-hidden color="var(--status-good)" style={{ flexShrink: 0 }} />
          <div>
            <Text fw={600}>All clear</Text>
            <Text size="sm" c="dimmed">
              Connections answer, the last runs went through, no record waits for you.
            </Text>
          </div>
        </Group>
      </Card>
    );
  const shown = all ? items : items.slice(0, few);
  return (
    <Card padding={0} mb="lg" component="section" aria-label="What needs attention">
      <Title order={2} size="h5" px="md" py="sm">
        {items.length === 1 ? '1 thing needs attention' : `${items.length} things need attention`}
      </Title>
      <ul className={classes.list}>
        {shown.map((item) => (
          <Item key={`${item.kind} ${item.name} ${item.message}`} item={item} />
        ))}
      </ul>
      {items.length > shown.length && (
        <UnstyledButton className={classes.rest} onClick={() => setAll(true)}>
          {`Show ${items.length - shown.length} more`}
        </UnstyledButton>
      )}
    </Card>
  );
}

const icons = {
  bad: { Icon: IconCircleX, color: 'var(--status-bad)', label: 'Does not work: ' },
  warn: { Icon: IconAlertTriangle, color: 'var(--status-warn)', label: 'Waits for you: ' },
  note: { Icon: IconInfoCircle, color: 'var(--mantine-color-dimmed)', label: 'Good to know: ' },
};

function Item({ item }: { item: AttentionItem }) {
  const { Icon, color, label } = icons[item.level];
  const way = wayTo(item);
  return (
    <li className={classes.item}>
      <Icon size={20} aria-hidden color={color} />
      <div className={classes.words}>
        <Text size="sm">
          <span className="sr-only">{label}</span>
          <Text span inherit fw={600}>
            {item.name}
          </Text>
          <Text span inherit c="dimmed">
            {' '}
            {item.noun === 'flow' ? '' : `${item.noun} `}
          </Text>
        </Text>
        <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {item.message}
        </Text>
        {item.remedy && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {item.remedy}
          </Text>
        )}
      </div>
      <Text size="xs" c="dimmed" className={classes.since}>
        {item.kind === 'errors.open' ? trendOf(item) : item.at && <Ago at={item.at} size="xs" />}
      </Text>
      <Button component={Link} to={way.to} size="xs" variant="default" aria-label={`${way.label}: ${item.name}`}>
        {way.label}
      </Button>
    </li>
  );
}
