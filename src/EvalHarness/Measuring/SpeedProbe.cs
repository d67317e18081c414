using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Measuring;

/// <summary>Times greedy generation from a made-up prompt: what the tokens are makes no difference to a dense model's speed.</summary>
public static class SpeedProbe
{
    private const int PromptStep = 7;

    /// <summary>Times a model after one warm-up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="promptTokens">Tokens in the prompt, at least 1.</param>
    /// <param name="newTokens">Tokens to generate, at least 2.</param>
    /// <param name="repeats">How often, at least 1.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    /// <exception cref="ModelException">Prompt and new tokens do not fit the model.</exception>
    public static Speed Measure(LanguageModel model, int promptTokens, int newTokens, int repeats, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(promptTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(newTokens, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(repeats);
        if (promptTokens + newTokens > model.MaxLength)
            throw new ModelException(model.Name, $"{promptTokens} and {newTokens} tokens, and the model's context has {model.MaxLength}", "Ask for fewer.");
        int[] prompt = [.. Enumerable.Range(0, promptTokens).Select(i => i * PromptStep % model.VocabularySize)];
        var decoder = new GreedyDecoder(model);
        _ = Time(1);
        var (first, whole) = (new double[repeats], new double[repeats]);
        for (var i = 0; i < repeats; i++)
            (first[i], whole[i]) = (Time(1), Time(newTokens));
        return new Speed(promptTokens, newTokens, Median(first), Math.Max(double.Epsilon, (Median(whole) - Median(first)) / (newTokens - 1)));

        double Time(int tokens)
        {
            var start = clock.GetTimestamp();
            _ = decoder.Generate(prompt, tokens, _ => false, cancellationToken);
            return clock.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
