using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>WinoGrande (Sakaguchi et al. 2020): the two beginnings of a sentence are what is asked, its ending is scored after each.</summary>
internal static class WinoGrande
{
    /// <summary>The index of the right beginning.</summary>
    public static Value Question(DictValue row) => Text(row, "answer") switch
    {
        "1" => new IntValue(0),
        "2" => new IntValue(1),
        _ => throw Missing("answer"),
    };

    /// <summary>The beginnings: what stands before the blank, with each option in it.</summary>
    public static Value Choices(DictValue row)
    {
        var sentence = Text(row, "sentence");
        var before = sentence[..Blank(sentence)];
        return new ListValue([new StringValue(before + Text(row, "option1")), new StringValue(before + Text(row, "option2"))]);
    }

    /// <summary>The ending: what stands after the blank.</summary>
    public static Value Ending(DictValue row)
    {
        var sentence = Text(row, "sentence");
        return new StringValue(CodePoints.Strip(sentence[(Blank(sentence) + 1)..]));
    }

    private static int Blank(string sentence) => sentence.IndexOf('_', StringComparison.Ordinal) is >= 0 and var at ? at : throw Missing("sentence");

    private static string Text(DictValue row, string key) => row[key] is StringValue text ? text.Content : throw Missing(key);

    private static TaskException Missing(string key) => new("winogrande", $"a row has no usable '{key}'", "Check the data file.");
}
