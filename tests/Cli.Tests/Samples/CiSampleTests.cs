using System.Text.RegularExpressions;
using Loragate.Cli.Output;
using Loragate.Testing;
using YamlDotNet.RepresentationModel;

namespace Loragate.Cli.Samples;

/// <summary>samples/ci: what can be held against the real program without the hosts that run it.</summary>
public sealed partial class CiSampleTests
{
    private static readonly Tool Silent = new(Screen.To(TextWriter.Null, Stream.Null), TimeProvider.System);

    public static TheoryData<string> Scripts => ["gate.sh", "publish.sh"];

    public static TheoryData<string> Pipelines => ["github.yml", "gitlab.yml"];

    [Theory, MemberData(nameof(Scripts))]
    public void Every_command_line_of_a_script_is_one_of_the_program(string file)
    {
        var lines = CommandLines(File.ReadAllText(PathTo(file)));
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Empty(CommandLine.Parse(Silent, line).Errors.Select(error => $"{string.Join(' ', line)}: {error.Message}")));
    }

    [Fact]
    public void A_command_line_with_an_unknown_option_would_be_noticed() =>
        Assert.NotEmpty(CommandLine.Parse(Silent, CommandLines("\"$LORAGATE\" verify \"$X\" --kee \"$KEY\"")[0]).Errors);

    [Theory, MemberData(nameof(Scripts))]
    public void A_script_is_one_to_the_shell(string file) => Assert.Equal(0, Shell.Run("sh", Repository.Root, "-n", PathTo(file)).ExitCode);

    /// <summary>The shell of every step is one, and calls scripts that are there.</summary>
    [Theory, MemberData(nameof(Pipelines))]
    public void Every_step_of_a_pipeline_is_shell_that_calls_what_is_there(string file)
    {
        using var temp = new TempFolder();
        var steps = ShellOf(Load(file)).ToList();
        Assert.True(steps.Count > 3);
        foreach (var step in steps)
        {
            Assert.Equal(0, Shell.Run("sh", temp.Path, "-n", temp.Write("step.sh", System.Text.Encoding.UTF8.GetBytes(step))).ExitCode);
            Assert.All(OwnScript().Matches(step), script => Assert.True(File.Exists(Repository.PathTo("samples", "ci", script.Groups[1].Value)), script.Value));
        }
        Assert.Contains(steps, step => step.Contains("samples/ci/gate.sh", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.Contains("samples/ci/publish.sh", StringComparison.Ordinal));
    }

    /// <summary>What an event brings may hold anything: it reaches the shell as a variable, never as text of the script.</summary>
    [Fact]
    public void No_step_of_GitHub_pastes_an_event_into_its_shell() =>
        Assert.All(ShellOf(Load("github.yml")), step => Assert.DoesNotContain("${{", step, StringComparison.Ordinal));

    [Theory, MemberData(nameof(Pipelines))]
    public void Every_variable_that_the_scripts_need_is_set_by_a_pipeline(string file)
    {
        var text = File.ReadAllText(PathTo(file));
        var needed = Scripts.SelectMany(script => Variable().Matches(File.ReadAllText(PathTo(script.Data)))).Select(match => match.Groups[1].Value).Where(name => !char.IsAsciiDigit(name[0])).Distinct();
        Assert.All(needed, name => Assert.Matches($@"\b{name}\b", text));
    }

    private static string PathTo(string file) => Repository.PathTo("samples", "ci", file);

    private static YamlNode Load(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(PathTo(file))));
        return Assert.Single(stream.Documents).RootNode;
    }

    private static IEnumerable<string> ShellOf(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.SelectMany(pair => ((YamlScalarNode)pair.Key).Value is "run" or "script" or "before_script" ? Texts(pair.Value) : ShellOf(pair.Value)),
        YamlSequenceNode list => list.Children.SelectMany(ShellOf),
        _ => [],
    };

    private static IEnumerable<string> Texts(YamlNode node) => node is YamlSequenceNode list ? list.Children.SelectMany(Texts) : [((YamlScalarNode)node).Value!];

    /// <summary>The words of each call of the program; a variable stands for a word.</summary>
    private static List<string[]> CommandLines(string script) =>
    [
        .. Call().Matches(script.Replace("\\\n", " ", StringComparison.Ordinal))
            .Select(call => Word().Matches(call.Groups[1].Value).Select(word => Variable().Replace(word.Value.Trim('"'), "x")).ToArray()),
    ];

    [GeneratedRegex("\"\\$LORAGATE\" ([^\n;|&]*)")]
    private static partial Regex Call();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\$([A-Z_]+|[0-9])")]
    private static partial Regex Variable();

    [GeneratedRegex(@"samples/ci/([a-z]+\.sh)")]
    private static partial Regex OwnScript();
}
