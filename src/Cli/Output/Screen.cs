using System.Text;
using Loragate.Artifacts;
using Spectre.Console;

namespace Loragate.Cli.Output;

/// <summary>What people read (standard error) and what machines read (standard output).</summary>
/// <param name="people">Standard error.</param>
/// <param name="machines">Standard output.</param>
internal sealed class Screen(IAnsiConsole people, Stream machines)
{
    private readonly Lock _lock = new();
    private bool _hasLine;

    /// <summary>For tables and progress bars.</summary>
    public IAnsiConsole People => people;

    /// <summary>
    /// Lines for people, taken literally and never wrapped: they may hold a path or a command to copy. They may hold a stranger's text as well, so
    /// characters that control a terminal are shown, not sent.
    /// </summary>
    public void Say(string text)
    {
        lock (_lock)
        {
            ClearLine();
            foreach (var line in text.Split('\n'))
                people.Profile.Out.Writer.WriteLine(Printable.Of(line.TrimEnd('\r')));
        }
    }

    /// <summary>A line over the one that was drawn before, on a screen that can redraw; it gives way to whatever is said.</summary>
    public void Redraw(string line)
    {
        lock (_lock)
        {
            _hasLine = true;
            people.Write(new ControlCode($"\r\u001b[K{line}"));
        }
    }

    /// <summary>Clears the line that was drawn, if there is one.</summary>
    public void ClearLine()
    {
        lock (_lock)
        {
            if (_hasLine)
                people.Write(new ControlCode("\r\u001b[K"));
            _hasLine = false;
        }
    }

    /// <summary>A question whose answer follows on the same line.</summary>
    public void Prompt(string text)
    {
        lock (_lock)
            people.Profile.Out.Writer.Write(Printable.Of(text));
    }

    /// <summary>A cell of a table, safe to print.</summary>
    public static Text Cell(string text) => new(Printable.Of(text));

    /// <summary>A document for machines.</summary>
    public void Emit(ReadOnlySpan<byte> document)
    {
        machines.Write(document);
        machines.WriteByte((byte)'\n');
        machines.Flush();
    }

    /// <summary>A text for machines.</summary>
    public void Emit(string text) => Emit(Encoding.UTF8.GetBytes(text));

    /// <summary>A screen whose texts nobody sees as they come: without colours and moving bars, 160 characters wide.</summary>
    public static Screen To(TextWriter people, Stream machines)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(people), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        console.Profile.Width = 160;
        return new Screen(console, machines);
    }

    /// <summary>The console of this process.</summary>
    public static Screen OfProcess()
    {
        var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
        var output = Console.OpenStandardOutput();
        return Console.IsErrorRedirected
            ? To(error, output)
            : new Screen(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) }), output);
    }
}
