using System.CommandLine;

namespace Loragate.Cli.Verbs;

/// <summary>How a verb is put together: a description, an example, its options and what it does.</summary>
internal static class Verb
{
    /// <summary>Makes a command whose action returns the exit code.</summary>
    public static Command Create(Tool tool, string name, string description, string example, IEnumerable<Symbol> symbols, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, $"{description}{Environment.NewLine}{Environment.NewLine}Example:{Environment.NewLine}  {example}");
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Options.Add(option);
            else if (symbol is Argument argument)
                command.Arguments.Add(argument);
        }
        command.SetAction((parsed, cancellationToken) => Failure.Guard(tool.Screen, () => action(parsed, cancellationToken)));
        return command;
    }

    /// <summary>The same for an action that does not wait.</summary>
    public static Command Create(Tool tool, string name, string description, string example, IEnumerable<Symbol> symbols, Func<ParseResult, CancellationToken, int> action) =>
        Create(tool, name, description, example, symbols, (parsed, cancellationToken) => Task.Run(() => action(parsed, cancellationToken), cancellationToken));
}
