package value_test

import (
	"strings"
	"testing"

	"tributary/validator/value"
)

func TestWholeNumbers(t *testing.T) {
	table(t, value.NonNegative, []row{
		{"0", 0, ""},
		{"12", 0, ""},
		{"007", 0, ""},
		{strings.Repeat("9", 40), 0, ""},
		{"", value.Syntax, ""},
		{"-1", value.Syntax, ""},
		{"+1", value.Syntax, ""},
		{"1.5", value.Syntax, ""},
		{"1_000", value.Syntax, ""},
		{"1,000", value.Syntax, ""},
		{"0x1f", value.Syntax, ""},
		{"1e3", value.Syntax, ""},
		{"many", value.Syntax, ""},
		{"１２", value.Syntax, "12"},
		{"١٢", value.Syntax, ""},
		{" 12", value.Space, "12"},
		{"12\n", value.Space, "12"},
	})
	table(t, value.Positive, []row{
		{"1", 0, ""},
		{"01", 0, ""},
		{"0", value.Syntax, ""},
		{"000", value.Syntax, ""},
		{"-1", value.Syntax, ""},
		{"", value.Syntax, ""},
		{" 1", value.Space, "1"},
		{" 0", value.Syntax, ""},
		{"０", value.Syntax, ""},
	})
	table(t, value.Integer, []row{
		{"0", 0, ""},
		{"-12", 0, ""},
		{"+12", 0, ""},
		{"", value.Syntax, ""},
		{"-", value.Syntax, ""},
		{"--1", value.Syntax, ""},
		{"1-", value.Syntax, ""},
		{"1.0", value.Syntax, ""},
		{"-１", value.Syntax, "-1"},
		{" -1", value.Space, "-1"},
	})
}

func TestFloat(t *testing.T) {
	table(t, value.Float, []row{
		{"0", 0, ""},
		{"12.5", 0, ""},
		{"-.5", 0, ""},
		{"5.", 0, ""},
		{"+1.5e-3", 0, ""},
		{"1E9", 0, ""},
		{"", value.Syntax, ""},
		{".", value.Syntax, ""},
		{"-", value.Syntax, ""},
		{"e3", value.Syntax, ""},
		{"1e", value.Syntax, ""},
		{"1e+", value.Syntax, ""},
		{"nan", value.Syntax, ""},
		{"inf", value.Syntax, ""},
		{"Infinity", value.Syntax, ""},
		{"4_5", value.Syntax, ""},
		{"0x1p-2", value.Syntax, ""},
		{"1.2.3", value.Syntax, ""},
		{"12,5", value.Syntax, "12.5"},
		{"1,500", value.Syntax, ""},
		{"4５", value.Syntax, ""},
		{" 1.5 ", value.Space, "1.5"},
	})
}

func TestDegrees(t *testing.T) {
	table(t, value.Latitude, []row{
		{"0", 0, ""},
		{"-90", 0, ""},
		{"90.000", 0, ""},
		{"48.2082", 0, ""},
		{"90.0001", value.Range, ""},
		{"-91", value.Range, ""},
		{"1e999", value.Range, ""},
		{" 91", value.Range, ""},
		{"91,5", value.Range, ""},
		{"nan", value.Syntax, ""},
		{"4_5", value.Syntax, ""},
		{"48N", value.Syntax, ""},
		{"", value.Syntax, ""},
	})
	table(t, value.Longitude, []row{
		{"180", 0, ""},
		{"-180.0", 0, ""},
		{"91", 0, ""},
		{"180.5", value.Range, ""},
		{"-181", value.Range, ""},
		{"west", value.Syntax, ""},
		{" 16.37", value.Space, "16.37"},
	})
}

func TestDurations(t *testing.T) {
	table(t, value.Duration, []row{
		{"0", 0, ""},
		{"3849", 0, ""},
		{"4:09", 0, ""},
		{"64:09", 0, ""},
		{"1:04:09", 0, ""},
		{"01:04:09", 0, ""},
		{"100:00:00", 0, ""},
		{"", value.Syntax, ""},
		{"1:60", value.Syntax, ""},
		{"1:60:00", value.Syntax, ""},
		{"0:0:0:0", value.Syntax, ""},
		{"1:004", value.Syntax, ""},
		{":30", value.Syntax, ""},
		{"30:", value.Syntax, ""},
		{"64 min", value.Syntax, ""},
		{"1h4m", value.Syntax, ""},
		{"12.5", value.Syntax, ""},
		{"-5", value.Syntax, ""},
		{" 4:09", value.Space, "4:09"},
	})
	table(t, value.NPT, []row{
		{"now", 0, ""},
		{"0", 0, ""},
		{"12", 0, ""},
		{"12.", 0, ""},
		{"12.533", 0, ""},
		{"0:01:12", 0, ""},
		{"123:45:59.3", 0, ""},
		{"", value.Syntax, ""},
		{"-3", value.Syntax, ""},
		{"+17", value.Syntax, ""},
		{"17sec", value.Syntax, ""},
		{"1:12", value.Syntax, ""},
		{"0:60:00", value.Syntax, ""},
		{"0:01:60", value.Syntax, ""},
		{"0:1:2", value.Syntax, ""},
		{"0:01", value.Syntax, ""},
		{".5", value.Syntax, ""},
		{"soon", value.Syntax, ""},
		{"12 ", value.Space, "12"},
	})
}
