import { ActionIcon, Button, Drawer, Menu, Tooltip } from '@mantine/core';
import { IconDownload, IconKeyboard } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useSearchParams } from 'react-router';

import type { RecordError } from '../../api/schema';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { KeyHelp } from '../../parts/KeyHelp';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { DataTable } from '../../parts/table/DataTable';
import { useMay, useSession } from '../../session';
import { columns, recordOf } from './columns';
import { ErrorPane } from './ErrorPane';
import styles from './errors.module.css';
import { Facets } from './Facets';
import { downloadOf, type Filter, filterIn, told } from './filter';
import { FilterBar } from './FilterBar';
import { keyHelp } from './keys';
import { SelectionBar } from './SelectionBar';
import { type Asking, Sort } from './Sort';
import { useErrorActions } from './useErrorActions';
import { useErrors } from './useErrors';
import { oneError, useSelection } from './useSelection';

/** Records that did not get through, kept until somebody mends them. */
export function Errors() {
  const me = useSession().name;
  const [search, setSearch] = useSearchParams();
  const [faceted, setFaceted] = useState(false);
  const [helping, setHelping] = useState(false);
  const text = useRef<HTMLInputElement>(null);
  const filter = filterIn(search);
  const shown = Number(search.get('error')) || undefined;
  const { summary, errors, rows } = useErrors(filter);
  const choose = (values: Partial<Record<string, string>>) =>
    setSearch(
      (now) => {
        for (const [key, value] of Object.entries(values)) {
          if (value) now.set(key, value);
          else now.delete(key);
        }
        return now;
      },
      { replace: true },
    );
  const facets = <Facets filter={filter} summary={summary.data} me={me} onChange={choose} />;
  return (
    <>
      <PageHeader title="Errors" about="Records that did not get through. Each is kept with what the other side said, until a retry works or you resolve it.">
        <Downloads filter={filter} />
        <Tooltip label="Keys on this page (?)">
          <ActionIcon variant="default" size={36} aria-label="Keys on this page" onClick={() => setHelping(true)}>
            <IconKeyboard size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </PageHeader>
      <FilterBar filter={filter} summary={summary.data} me={me} onChange={choose} onFacets={() => setFaceted(true)} search={text} />
      <div className={styles.desk}>
        <aside className={styles.side} aria-label="Where and why">
          {facets}
        </aside>
        <div className={styles.main}>
          {errors.error && !rows ? (
            <Explain error={errors.error} title="The errors cannot be shown" />
          ) : !rows ? (
            <PageSkeleton rows={6} />
          ) : (
            <List
              key={JSON.stringify(filter)}
              rows={rows}
              filter={filter}
              total={summary.isPlaceholderData ? rows.length : (summary.data?.total ?? rows.length)}
              more={errors}
              keys={{ f: () => text.current?.focus(), '?': () => setHelping(true) }}
              filtered={told(filter, me).length > 0}
              onShow={(id) => choose({ error: String(id) })}
            />
          )}
        </div>
      </div>
      <Drawer opened={faceted} onClose={() => setFaceted(false)} title="Filter" size="sm">
        {facets}
      </Drawer>
      {helping && <KeyHelp keys={keyHelp} onClose={() => setHelping(false)} />}
      {shown && <ErrorPane id={shown} rows={rows} onShow={(id) => choose({ error: String(id) })} onClose={() => choose({ error: undefined })} />}
    </>
  );
}

interface ListProps {
  rows: RecordError[];
  filter: Filter;
  filtered: boolean;
  total: number;
  more: ReturnType<typeof useErrors>['errors'];
  keys: Record<string, () => void>;
  onShow: (id: number) => void;
}

/** The errors of a filter, to select many or look at one. */
function List({ rows, filter, filtered, total, more, keys, onShow }: ListProps) {
  const mayRun = useMay('runs.control');
  const selection = useSelection(rows, filter, total);
  const actions = useErrorActions(selection.clear);
  const [asking, setAsking] = useState<Asking>();
  if (rows.length === 0) return <Nothing state={filter.state} filtered={filtered} />;
  // Keys act on what is selected, or else on the row of the focus.
  const on = (act: (chosen: typeof selection.chosen) => void) => (row: RecordError | undefined) => {
    if (actions.busy || !mayRun) return;
    if (selection.chosen.count > 0) act(selection.chosen);
    else if (row) act(oneError(row.id));
  };
  const ask = (what: Asking['what']) => on((chosen) => setAsking({ what, chosen }));
  const acting = {
    r: filter.state === 'retrying' ? () => undefined : on(actions.retry),
    e: filter.state === 'open' ? ask('resolve') : filter.state === 'resolved' ? on(actions.reopen) : () => undefined,
    a: ask('assign'),
    t: ask('tag'),
    '*': () => mayRun && (selection.chosen.count > 0 ? selection.clear() : selection.selectAll()),
    Escape: selection.clear,
  };
  return (
    <>
      {mayRun && <SelectionBar selection={selection} state={filter.state} total={total} actions={actions} onAsk={setAsking} />}
      <DataTable
        label="Errors"
        columns={columns}
        rows={rows}
        idOf={(e) => e.id}
        nameOf={(e) => e.key || recordOf(e)}
        selected={selection.shown}
        onSelect={mayRun ? selection.select : undefined}
        onOpen={(e) => onShow(e.id)}
        keys={{ ...keys, ...acting }}
        total={Math.max(total, rows.length)}
        more={more}
        rowHeight={72}
      />
      {asking && (
        <Sort
          asking={asking}
          onClose={(done) => {
            setAsking(undefined);
            if (done) selection.clear();
          }}
        />
      )}
    </>
  );
}

function Downloads({ filter }: { filter: Filter }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={downloadOf(filter, 'csv')} download>
          CSV, for a spreadsheet
        </Menu.Item>
        <Menu.Item component="a" href={downloadOf(filter, 'jsonl')} download>
          JSON lines, with request and answer
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Nothing({ state, filtered }: { state: string; filtered: boolean }) {
  if (state === 'open') return <Empty title="No open errors">{filtered ? 'None that you have chosen is open.' : 'Every record that was read is accounted for: written, unchanged, excluded or resolved.'}</Empty>;
  return <Empty title={state === 'retrying' ? 'Nothing is being retried' : 'Nothing was resolved yet'}>{filtered ? 'None that you have chosen.' : undefined}</Empty>;
}
