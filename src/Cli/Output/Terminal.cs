using System.Text;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Output;

/// <summary>The person at the keyboard, asked for what must not be seen.</summary>
internal static class Terminal
{
    /// <summary>Whether somebody can be asked.</summary>
    public static bool IsThere => !Console.IsInputRedirected;

    /// <summary>Asks for a line that is not echoed.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C or Ctrl-D.</exception>
    public static Secret Ask(Screen screen, string what)
    {
        var typed = new char[Secret.MaxBytes];
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(typed.Length)];
        Console.TreatControlCAsInput = true;
        try
        {
            screen.Prompt($"{what}: ");
            var count = Read(typed);
            var bytes = Encoding.UTF8.GetBytes(typed.AsSpan(0, count), utf8);
            return bytes is > 0 and <= Secret.MaxBytes ? new Secret(utf8.AsSpan(0, bytes)) : throw new UsageException($"{what}: nothing was typed, or more than {Secret.MaxBytes} bytes.");
        }
        finally
        {
            Console.TreatControlCAsInput = false;
            screen.Say("");
            Array.Clear(typed);
            Array.Clear(utf8);
        }
    }

    private static int Read(char[] typed)
    {
        for (var count = 0; ;)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                return count;
            if (key.Modifiers.HasFlag(ConsoleModifiers.Control) && key.Key is ConsoleKey.C or ConsoleKey.D)
                throw new OperationCanceledException();
            if (key.Key == ConsoleKey.Backspace)
                count = Math.Max(0, count - 1);
            else if (!char.IsControl(key.KeyChar) && count < typed.Length)
                typed[count++] = key.KeyChar;
        }
    }
}
