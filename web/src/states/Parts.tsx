import { Button, Stack } from '@mantine/core';

import { CodeEditor } from '../code/CodeEditor';
import { Ago } from '../parts/Ago';
import { BarChart, LineChart } from '../parts/charts/Chart';
import { Copy } from '../parts/Copy';
import { Difference } from '../parts/Difference';
import { Empty } from '../parts/Empty';
import { Exchange } from '../parts/Exchange';
import { Explain } from '../parts/Explain';
import { Facts } from '../parts/Facts';
import { FormButtons } from '../parts/FormButtons';
import { Json } from '../parts/Json';
import { MoreButton } from '../parts/MoreButton';
import { PageSkeleton } from '../parts/PageSkeleton';
import { RunProgress } from '../parts/RunProgress';
import { RunState } from '../parts/RunState';
import { SlotBar } from '../parts/SlotBar';
import { TextLink } from '../parts/TextLink';
import { Wide } from '../parts/Wide';
import { long, refused, run, slots } from './samples';
import { Row, State } from './States';

const nothing = () => undefined;
const list = { hasNextPage: true, isFetchingNextPage: false, fetchNextPage: nothing };
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'].map((at, n) => ({ at, written: 120 + 40 * n, failed: n * 3 }));
const series = [
  { name: 'written', label: 'Written', color: 'teal.7' },
  { name: 'failed', label: 'Failed', color: 'red.7' },
];

/** The small parts. */
export function Parts() {
  return (
    <>
      <Row title="Lists and pages without content">
        <State of="Empty" state="with a way on">
          <Empty title="No flows yet" action={<Button>Create flow</Button>}>
            A flow reads records in one place and writes them in another.
          </Empty>
        </State>
        <State of="Empty" state="alone">
          <Empty title="No open errors" />
        </State>
        <State of="PageSkeleton" state="loading">
          <PageSkeleton rows={2} />
        </State>
        <State of="MoreButton" state="there is more, and it loads">
          <MoreButton list={list} />
          <MoreButton list={{ ...list, isFetchingNextPage: true }} />
        </State>
      </Row>
      <Row title="Failures">
        <State of="Explain" state="several problems">
          <Explain error={refused} title="The flow was not saved" />
        </State>
        <State of="Explain" state="long">
          <Explain error={new Error(long)} />
        </State>
      </Row>
      <Row title="Runs">
        <State of="RunState" state="all">
          <Stack gap="xs">
            {[run('queued'), run('running'), run('running', 0, { cancel_asked: true }), run('completed'), run('completed', 4), run('failed'), run('cancelled')].map((r, n) => (
              <RunState key={n} run={r} />
            ))}
          </Stack>
        </State>
        <State of="RunProgress" state="moving, and ended">
          <Stack>
            <RunProgress run={run('running', 40, { finished_at: undefined, export_done: false })} now={Date.parse('2026-03-04T12:00:30Z')} />
            <RunProgress run={run('completed', 0)} now={0} />
          </Stack>
        </State>
        <State of="SlotBar" state="some wait; very many">
          <SlotBar slots={slots} />
          <SlotBar slots={{ ...slots, limit: 400, in_use: 399, waiting: 0 }} />
        </State>
        <State of="Facts" state="a few, one bad">
          <Facts items={[{ label: 'Read', value: '1,200' }, { label: 'Failed', value: '4', bad: true }, { label: 'Took', value: '2 min' }]} />
        </State>
        <State of="BarChart" state="five days">
          <BarChart label="Records of five days" data={days} series={series} />
        </State>
        <State of="LineChart" state="five days">
          <LineChart label="Records of five days" data={days} series={series} />
        </State>
      </Row>
      <Row title="Texts">
        <State of="Json" state="numbers keep their digits">
          <Json label="Record" raw={'{"id":9007199254740993,"total":10.00,"lines":[{"item":"TENT","n":1}]}'} />
        </State>
        <State of="Exchange" state="a request and an answer">
          <Exchange title="Request, as sent" text={'PUT http://localhost/record/v1/customer/eid:C1\n{"companyName":"Ada"}'} />
          <Exchange title="Answer" text="HTTP 400, operation 28d84326" />
        </State>
        <State of="Difference" state="one line">
          <Difference title="What you change" before={'{\n  "company": "",\n  "city": "Bonn"\n}'} after={'{\n  "company": "Ada",\n  "city": "Bonn"\n}'} />
        </State>
        <State of="Difference" state="none">
          <Difference title="What you change" before="a" after="a" />
        </State>
        <State of="CodeEditor" state="a problem at its place">
          <CodeEditor label="Record" language="json" value={'{\n  "a": 1,\n}'} problems={[{ line: 3, column: 1, message: 'The comma before } is one too many' }]} minLines={4} />
        </State>
        <State of="Wide" state="wider than its place">
          <Wide label="A wide table">
            <div style={{ width: 1600, padding: 12 }}>What is wider than the screen scrolls by itself.</div>
          </Wide>
        </State>
        <State of="Ago, TextLink, Copy" state="in a line">
          <p>
            Run <TextLink to="/runs/7">7</TextLink>, <Ago at="2026-03-04T12:00:00Z" />, never: <Ago />
          </p>
          <Copy text="text" />
        </State>
        <State of="FormButtons" state="ready, and at work">
          <Stack>
            <FormButtons yes="Save" pending={false} onCancel={nothing} />
            <FormButtons yes="Save" pending onCancel={nothing} />
          </Stack>
        </State>
      </Row>
    </>
  );
}
