import { type DraftStep, type Path, pathText } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { kindOf, stepSummary } from '../../flow/steps';
import { wayOf } from '../../flow/ways';
import { BranchPaths } from './BranchPaths';
import { useEditor } from './editor';
import { StepPreview } from './PreviewRecord';
import { StepCounts } from './RunCounts';
import { StepCard, type StepActions } from './StepCard';
import { StepForm } from './StepForm';
import { isWrong, stepIcons, stepTitles } from './stepKinds';

interface Props {
  /** Where the step stands in the flow. */
  path: Path;
  /** The name under which runs count it. */
  name: string;
  step: DraftStep;
  open: boolean;
  onToggle: () => void;
  actions?: StepActions;
}

/** A step of the flow, or of a branch's path: what it does, and its form. */
export function OneStep({ path, name, step, open, onToggle, actions }: Props) {
  const { schema, problems } = useEditor();
  const kind = kindOf(step);
  const at = [...path, kind];
  const part = schemaAt(schema, 'steps', kind);
  return (
    <StepCard
      icon={stepIcons[kind]}
      title={step.name || stepTitles[kind]}
      summary={stepSummary(step, wayOf(kind === 'lookup' ? step.lookup : step.import, part))}
      open={open}
      wrong={isWrong(problems, pathText(path))}
      onToggle={onToggle}
      counts={<StepCounts step={name} />}
      preview={<StepPreview step={name} />}
      actions={actions}
      nested={step.branch && <BranchPaths path={at} name={name} branch={step.branch} />}
    >
      <StepForm path={path} step={step} />
    </StepCard>
  );
}
