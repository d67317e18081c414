using System.CommandLine;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.Cli.Verbs;

/// <summary>How prompts are put together: lm-evaluation-harness's options of the same meaning.</summary>
internal sealed class PromptOptions
{
    private readonly Option<bool> _chat = new("--chat-template") { Description = "Put prompts through the model's chat template." };
    private readonly Option<bool> _multiTurn = new("--multi-turn") { Description = "With --chat-template: examples are turns of their own." };
    private readonly Option<string?> _system = new("--system") { Description = "A system instruction, before the task's own description.", HelpName = "TEXT" };
    private readonly Option<int> _seed = new("--fewshot-seed") { Description = "The seed that few-shot examples are drawn with.", HelpName = "N", DefaultValueFactory = _ => EvaluationTask.DefaultFewShotSeed };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_chat, _multiTurn, _system, _seed];

    /// <summary>What was asked for.</summary>
    public PromptSettings Read(ParseResult parsed) => parsed.GetValue(_multiTurn) && !parsed.GetValue(_chat)
        ? throw new UsageException("--multi-turn goes with --chat-template.")
        : new PromptSettings
        {
            ChatTemplate = parsed.GetValue(_chat),
            MultiTurn = parsed.GetValue(_multiTurn),
            SystemInstruction = parsed.GetValue(_system) ?? "",
            FewShotSeed = parsed.GetValue(_seed),
        };
}
