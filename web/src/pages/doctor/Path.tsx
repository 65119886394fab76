import { IconBan, IconCheck, IconQuestionMark, IconUnlink, type Icon } from '@tabler/icons-react';

import type { Diagnosis } from '../../api/schema';
import classes from './doctor.module.css';
import { pathInWords, stageLabels, stateLabels } from './stages';

const icons: Record<string, Icon> = { ok: IconCheck, broken: IconUnlink, unknown: IconQuestionMark, skipped: IconBan };

/** The path from the settings to the account, with the broken link marked. */
export function Path({ diagnosis }: { diagnosis: Diagnosis }) {
  return (
    <figure style={{ margin: 0 }}>
      <figcaption className="sr-only">{pathInWords(diagnosis)}</figcaption>
      <ol className={classes.path}>
        {(diagnosis.path ?? []).map((s) => {
          const StateIcon = icons[s.state] ?? IconQuestionMark;
          return (
            <li key={s.name} className={classes.stage} data-state={s.state}>
              <span className={classes.dot}>
                <StateIcon size={20} aria-hidden />
              </span>
              <span>
                <strong>{stageLabels[s.name] ?? s.name}</strong>
                <br />
                <span className={classes.state}>{stateLabels[s.state] ?? s.state}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}
