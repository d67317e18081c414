using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.Bench.Evaluate;

/// <summary>The requests of a task, item by item.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Groups">Requests by item.</param>
internal sealed record Load(string Name, IReadOnlyList<IReadOnlyList<ScoringRequest>> Groups)
{
    /// <summary>Tokens that are run when every request is run alone.</summary>
    public int NaiveTokens => Groups.Sum(group => group.Sum(request => request.Context.Count + request.Continuation.Count - 1));

    /// <summary>Tokens that have to be run when everything that is shared is run once: the fixed beginning, each context, each continuation.</summary>
    public int SharedTokens
    {
        get
        {
            var beginning = Groups.SelectMany(group => group).Min(request => Common(request.Context, Groups[0][0].Context));
            beginning = Groups.Count > 1 ? beginning : 0;
            return beginning + Groups.Sum(group =>
            {
                var context = group.Min(request => Common(request.Context, group[0].Context));
                return context - beginning + group.Sum(request => request.Context.Count - context + request.Continuation.Count - 1);
            });
        }
    }

    /// <summary>The first items.</summary>
    public Load Take(int items) => this with { Groups = [.. Groups.Take(items)] };

    /// <summary>A task on real rows.</summary>
    public static Load OfTask(string name, string file, string dataRoot, int items, Tokenizer tokenizer, string model)
    {
        var task = EvaluationTask.Load(file);
        var data = task.Read(dataRoot, items);
        var encoder = new RequestEncoder(tokenizer, model);
        return new Load(name, [.. data.Documents
            .Select(document => task.Prepare(data, document, new PlainPrompt("")))
            .Select(item => (IReadOnlyList<ScoringRequest>)[.. item.Continuations.Select(continuation => encoder.Encode(continuation, name))])]);
    }

    /// <summary>Random tokens in the shape of 5-shot MMLU: 600 tokens of examples, 120 of question, four choices of one token.</summary>
    public static Load MmluShaped(int items, int vocabulary)
    {
        var random = new Random(1234);
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
        var examples = Ids(600);
        return new Load("5-shot, MMLU's shape", [.. Enumerable.Range(0, items).Select(_ =>
        {
            int[] context = [.. examples, .. Ids(120)];
            return (IReadOnlyList<ScoringRequest>)[.. Enumerable.Range(0, 4).Select(_ => new ScoringRequest(context, Ids(1)))];
        })]);
    }

    private static int Common(IReadOnlyList<int> a, IReadOnlyList<int> b) => a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
}
