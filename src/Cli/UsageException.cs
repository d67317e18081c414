namespace Loragate.Cli;

/// <summary>Options that parse but do not go together.</summary>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class UsageException(string message) : Exception(message);
