namespace Loragate.Artifacts;

/// <summary>
/// An input that does not follow its format. Every format has one sealed exception of its own; all say where the fault is,
/// what it is and what to do about it. A check that fails on well-formed input is a value, never this exception.
/// </summary>
/// <param name="place">The file and, where it has one, the place in it: a tensor, a key, a line.</param>
/// <param name="fault">What is wrong, in the words of the format.</param>
/// <param name="advice">What the reader of the message can do.</param>
/// <param name="inner">The exception of the parser underneath, if there was one.</param>
public abstract class MalformedInputException(string place, string fault, string advice, Exception? inner = null)
    : Exception($"{place}: {fault}. {advice}", inner)
{
    /// <summary>The file and the place in it.</summary>
    public string Place { get; } = place;

    /// <summary>What is wrong.</summary>
    public string Fault { get; } = fault;

    /// <summary>What to do about it.</summary>
    public string Advice { get; } = advice;
}
