using Loragate.Cli.Output;
using Loragate.Testing;

namespace Loragate.Cli;

public sealed class CommandLineTests
{
    private static readonly Tool Silent = new(Screen.To(TextWriter.Null, Stream.Null), TimeProvider.System);

    [Fact]
    public void A_verb_is_listed_by_its_own_name_once()
    {
        Assert.All(CommandLine.Verbs, verb => Assert.Equal(verb.Name, verb.Create(Silent).Name));
        Assert.Equal(CommandLine.Verbs.Count, CommandLine.Verbs.DistinctBy(verb => verb.Name).Count());
    }

    [Theory]
    [InlineData("verify", true)]
    [InlineData("verfy", false)]
    [InlineData("--help", false)]
    public void Only_the_named_verb_is_made_and_all_where_none_is_named(string first, bool isVerb) =>
        Assert.Equal(isVerb ? 1 : CommandLine.Verbs.Count, CommandLine.Parse(Silent, [first]).RootCommandResult.Command.Children.OfType<System.CommandLine.Command>().Count());

    [Fact]
    public void A_process_ends_with_the_exit_code_and_tells_people_and_machines_apart()
    {
        var version = Executable.RunProcess("--version");
        Assert.Equal((0, Tool.Version.Split('+')[0], ""), (version.ExitCode, version.Output.TrimEnd(), version.Error));
        var fault = Executable.RunProcess("verify");
        Assert.Equal((ExitCode.Usage, ""), (fault.ExitCode, fault.Output));
        Assert.Contains("See 'loragate --help'", fault.Error, StringComparison.Ordinal);
        var full = Shell.Run("bash", AppContext.BaseDirectory, "-c", "dotnet loragate.dll --help > /dev/full");
        Assert.Equal(ExitCode.Malformed, full.ExitCode);
        Assert.Contains("Check the path, its permissions and the free space.", full.Error, StringComparison.Ordinal);
    }
}
