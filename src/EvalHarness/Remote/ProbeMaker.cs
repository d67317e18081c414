using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Makes the sequences of a probe: random tokens, drawn by the adapter's digest. No model has seen them, so every part of base and adapter has its say in each, and
/// no text of anybody's is sent.
/// </summary>
internal static class ProbeMaker
{
    private const int Sequences = 16;
    private const int TokensEach = 24;

    /// <summary>Nats, root mean square: what moves less cannot be told from rounding.</summary>
    private const double LeastMovement = 2;

    /// <summary>Scores the sequences by base, adapter, and the adapter without each of its parts.</summary>
    /// <param name="base">The base.</param>
    /// <param name="attached">The base with the adapter live.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="vocabulary">How many token ids a server knows.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="ModelException">The adapter moves too little to be seen.</exception>
    public static IReadOnlyList<ProbeItem> Make(LanguageModel @base, LanguageModel attached, PeftAdapter adapter, int vocabulary, CancellationToken cancellation)
    {
        var sequences = Enumerable.Range(0, Sequences).Select(i => Draw(adapter.Identity.Digest, i, Math.Min(vocabulary, @base.VocabularySize))).ToList();
        var (bases, adapters) = (Score(@base, sequences, cancellation), Score(attached, sequences, cancellation));
        var moved = ProbeCheck.Distance(bases, adapters);
        if (moved < LeastMovement)
            throw new ModelException(attached.Name, string.Create(CultureInfo.InvariantCulture, $"the adapter moves random tokens by {moved:0.###} nats a sequence, less than the {LeastMovement} that show on a server"), "Evaluate it here, merged or live.");
        var without = AdapterParts.Of(adapter).ToDictionary(part => part, part => ScoreWithout(part, @base, adapter, sequences, cancellation), StringComparer.Ordinal);
        return [.. sequences.Select((tokens, i) => new ProbeItem(tokens, bases[i], adapters[i], without.ToDictionary(part => part.Key, part => part.Value[i], StringComparer.Ordinal)))];
    }

    private static int[] Draw(Digest adapter, int sequence, int vocabulary)
    {
        var stream = Philox.Stream("adapter-probe", 0, adapter.Hex, sequence);
        return [.. Enumerable.Range(0, TokensEach).Select(i => stream.Below(vocabulary, (ulong)i))];
    }

    private static double[] ScoreWithout(string part, LanguageModel @base, PeftAdapter adapter, IEnumerable<int[]> sequences, CancellationToken cancellation)
    {
        using var rest = @base.AttachWithout(adapter, module => AdapterParts.Has(part, module));
        return Score(rest, sequences, cancellation);
    }

    private static double[] Score(LanguageModel model, IEnumerable<int[]> sequences, CancellationToken cancellation) =>
    [
        .. new Scorer(model, threads: 1)
            .Score([.. sequences.Select(tokens => new[] { new ScoringRequest(tokens[..1], tokens[1..]) })], Scorer.DefaultTokensPerPass, null, cancellation)
            .Select(answers => answers[0].LogLikelihood),
    ];
}
