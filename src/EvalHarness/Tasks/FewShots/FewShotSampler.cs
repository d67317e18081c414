namespace Loragate.EvalHarness.Tasks.FewShots;

/// <summary>How lm-evaluation-harness picks the examples of a document (lm_eval/api/samplers.py).</summary>
internal enum FewShotSampler
{
    /// <summary>A draw a document, in document order, from one generator a task.</summary>
    Default,

    /// <summary>The first rows, for every document.</summary>
    FirstN,
}
