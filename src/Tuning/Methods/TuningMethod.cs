using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>A way of tuning a model: its settings, which say everything that matters apart from data and steps.</summary>
public abstract record TuningMethod
{
    /// <summary>The method's name on the command line, in plans and in records.</summary>
    public abstract string Name { get; }

    /// <summary>The settings that records name, by name; numbers in invariant text.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Puts the method's parameters beside or in place of a model's weights.</summary>
    /// <param name="model">The base; it stays the caller's and unchanged, and is disposed after what is returned.</param>
    /// <param name="seed">The seed of everything random.</param>
    /// <exception cref="TuningException">The settings do not fit the model.</exception>
    internal abstract TunedModel Start(LanguageModel model, ulong seed);
}
